import { findingsAfter } from './changes';

const demands = [
  { object: 'shop Deployment/web', connections: 60 },
  { object: 'shop CronJob/report', connections: 5 },
];

test('a budget that is enough', () => {
  expect(findingsAfter([], { connectionBudget: { available: 65, demands } })).toEqual([]);
});

test('a budget that is overdrawn', () => {
  expect(findingsAfter([], { connectionBudget: { available: 64, demands } })).toEqual([
    'connection-budget | connection-budget: the database offers 64 connections, but 65 may be opened (shop Deployment/web 60, shop CronJob/report 5)',
  ]);
});
