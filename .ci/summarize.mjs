// What vitest's JSON reports say at the end of CI: what failed and why, what passed only when tried again, and the sums.
import { existsSync, readFileSync } from 'node:fs';

const none = {
  numPassedTests: 0,
  numFailedTests: 1,
  testResults: [{ name: 'a run that told nothing', status: 'failed', assertionResults: [] }],
};
const reports = process.argv.slice(2).map((file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : none));
const files = reports.flatMap(({ testResults }) => testResults);

const shorten = (text = '') => text.split('\n').slice(0, 12).join('\n    ');
const tell = (verdict, file, { fullName, failureMessages }) =>
  console.log([`${verdict} ${file}: ${fullName}`, ...failureMessages.map(shorten)].join('\n    '));

for (const { name, status, message, assertionResults } of files) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  for (const test of failed) tell('FAILED', name, test);
  if (status === 'failed' && !failed.length) console.log(`FAILED ${name}\n    ${shorten(message)}`);
  for (const test of assertionResults) {
    if (test.status === 'passed' && test.failureMessages.length) tell('PASSED WHEN TRIED AGAIN', name, test);
  }
}

const sum = (name) => reports.reduce((total, report) => total + report[name], 0);
console.log(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed`);
