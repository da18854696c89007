import { type Change, findingsAfter, put } from './changes';

const annotation = '/metadata/annotations/integrity.veza.app~1except-';
const account = put('shop ServiceAccount/web', '/metadata/annotations', {});
const web = 'shop Deployment/web';
const annotated = put(web, '/metadata/annotations', {});
const latest = put(web, '/spec/template/spec/containers/0/image', 'registry.example.com/shop/web:latest');

test('an exception with a reason silences one rule for one object', () => {
  const exception = put(web, `${annotation}image-tags`, 'rebuilt every night');
  expect(findingsAfter([annotated, latest, exception])).toEqual([]);
});

test('an exception of another object silences nothing', () => {
  const exception = put('shop ServiceAccount/web', `${annotation}image-tags`, 'rebuilt every night');
  expect(findingsAfter([account, latest, exception])).toEqual([
    'image-tags | shop Deployment/web: spec.template.spec.containers[0].image: image "registry.example.com/shop/web:latest" has the tag latest',
    'exceptions | shop ServiceAccount/web: metadata.annotations[integrity.veza.app/except-image-tags]: the exception no longer applies: the rule finds nothing here',
  ]);
});

test('an exception that no longer applies is reported, unless its rule was not asked', () => {
  const exception = put(web, `${annotation}image-tags`, 'rebuilt every night');
  expect(findingsAfter([annotated, exception])).toEqual([
    'exceptions | shop Deployment/web: metadata.annotations[integrity.veza.app/except-image-tags]: the exception no longer applies: the rule finds nothing here',
  ]);
  expect(findingsAfter([annotated, exception], { policy: false })).toEqual([]);
});

test('an exception without a reason, or from no rule, is reported', () => {
  const changes = [put(web, `${annotation}image-tags`, ''), put(web, `${annotation}image-tag`, 'rebuilt every night')];
  expect(findingsAfter([annotated, latest, ...changes])).toEqual([
    'exceptions | shop Deployment/web: metadata.annotations[integrity.veza.app/except-image-tags]: the exception states no reason',
    'exceptions | shop Deployment/web: metadata.annotations[integrity.veza.app/except-image-tag]: there is no rule "image-tag"',
  ]);
});

test('an exception may use a former name of its rule', () => {
  const reason = 'the Secret is created by hand';
  const dangling = put(web, '/spec/template/spec/volumes/0', { name: 'extra', secret: { secretName: 'none' } });
  const found = (changes: readonly Change[]) =>
    findingsAfter([annotated, dangling, ...changes]).filter((line) => /dangling-keys|exceptions/.test(line));
  expect(found([]).join()).toContain('dangling-keys | shop Deployment/web: ');
  expect(found([put(web, `${annotation}existing-keys`, reason)])).toEqual([]);
  expect(found([put(web, `${annotation}dangling-keys`, reason)])).toEqual([]);
});
