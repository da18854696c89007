import { summarizeHelmError } from '../../lib/cluster/helm';

test("Helm's cause is every line of it but its log", () => {
  const stderr = `level=WARN msg="upgrade failed" name=a
Error: UPGRADE FAILED: release a failed: resource Deployment/a/x not ready. status: InProgress, message: Updated: 1/2
context deadline exceeded
`;
  expect(summarizeHelmError({ status: 1, stdout: '', stderr })).toBe(
    'Error: UPGRADE FAILED: release a failed: resource Deployment/a/x not ready. status: InProgress, message: Updated: 1/2 | context deadline exceeded',
  );
  expect(summarizeHelmError({ status: 1, stdout: '', stderr: '' })).toBe('Helm failed without output');
});
