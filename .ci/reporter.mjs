// A reporter for vitest: writes what a run comes to as JSON to the file of `--outputFile`, for `summarize.mjs`. If all that is
// wrong are files whose process ended before their tests did, their paths go to `<outputFile>.again`, a line each.
import { writeFileSync } from 'node:fs';

const isOurs = (line) => !/node_modules\/|\(node:|\(<anonymous>\)/.test(line);
const shorten = (text = '') => text.split('\n').filter(isOurs).slice(0, 12).join('\n    ');
const textOf = ({ message, stack, cause }) =>
  [shorten(stack ?? message), ...(cause ? [textOf(cause)] : [])].join('\n    ');
const tell = (verdict, name, errors) => [`${verdict} ${name}`, ...errors.map(textOf)].join('\n    ');

const isUnfinished = (file) => !['passed', 'skipped'].includes(file.state()) && file.errors().length === 0 && file.ok();

export default class CiReporter {
  onInit({ config }) {
    this.outputFile = config.outputFile;
  }

  onTestRunEnd(files, unhandledErrors) {
    const unfinished = files.filter(isUnfinished);
    const broken = files.filter((file) => file.errors().length > 0);
    const tests = files.filter((file) => !unfinished.includes(file)).flatMap((file) => [...file.children.allTests()]);
    const ended = (state) => tests.filter((test) => test.result().state === state);
    const nameOf = (test) => `${test.module.relativeModuleId}: ${test.fullName}`;
    const strays = unhandledErrors.filter(({ message }) => !message.startsWith('[vitest-pool]'));
    const failed = ended('failed').length + broken.length + strays.length;
    const lines = [
      ...ended('failed').map((test) => tell('FAILED', nameOf(test), test.result().errors)),
      ...broken.map((file) => tell('FAILED', file.relativeModuleId, file.errors())),
      ...unfinished.map((file) => tell('UNFINISHED', file.relativeModuleId, [])),
      ...unhandledErrors.map((error) => tell('ERROR', 'outside of the tests', [error])),
      ...ended('passed')
        .filter((test) => test.diagnostic()?.flaky)
        .map((test) => tell('PASSED WHEN TRIED AGAIN', nameOf(test), test.result().errors ?? [])),
    ];
    writeFileSync(this.outputFile, JSON.stringify({ passed: ended('passed').length, failed, lines }));
    if (failed === 0 && unfinished.length > 0) {
      writeFileSync(`${this.outputFile}.again`, unfinished.map(({ moduleId }) => `${moduleId}\n`).join(''));
    }
  }
}
