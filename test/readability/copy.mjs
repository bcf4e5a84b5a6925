import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { listFiles } from './sources.mjs';

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.outdial']);

/** A throw-away copy of the checkout, whose files may be changed and put back. */
export class Copy {
  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'outdial-traps-'));
    this.before = new Map();
    cpSync('.', this.root, { recursive: true, filter: (path) => !LEFT_OUT.has(path.split('/')[0]) });
    symlinkSync(realpathSync('node_modules'), join(this.root, 'node_modules'));
  }

  files() {
    return listFiles(this.root);
  }

  read(path) {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Changes a file, or makes it. */
  write(path, text) {
    if (!this.before.has(path)) this.before.set(path, this.files().includes(path) ? this.read(path) : null);
    writeFileSync(join(this.root, path), text);
  }

  /** Puts `line` after the first match of `after` from position `from` on. */
  insert(path, line, { after, from = 0 }) {
    const text = this.read(path);
    const match = after.exec(text.slice(from));
    if (match === null) throw new Error(`${path} has nothing that matches ${after}.`);
    const end = from + match.index + match[0].length;
    this.write(path, text.slice(0, end) + line + text.slice(end));
  }

  /** Puts every file back. */
  restore() {
    for (const [path, text] of this.before)
      if (text === null) rmSync(join(this.root, path));
      else writeFileSync(join(this.root, path), text);
    this.before.clear();
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }

  /**
   * Compiles a project, by default the whole checkout: then only files that a change affects are checked again.
   * @returns the errors of the compiler; none: it compiles.
   */
  compile(project) {
    const cache = ['--incremental', '--tsBuildInfoFile', '.outdial-traps.tsbuildinfo'];
    const options = ['--noEmit', '--pretty', 'false', ...(project ? ['-p', project] : cache)];
    const { status, output } = this.run('node_modules/.bin/tsc', options);
    const errors = [...output.matchAll(/^(\S+?)\((\d+),(\d+)\): error (TS\d+: .*)$/gm)].map(
      ([, path, at, column, text]) => ({ path, at: Number(at), column: Number(column), text }),
    );
    if (status !== 0 && errors.length === 0) throw new Error(`The compiler ended with ${status}:\n${output}`);
    return errors;
  }

  /** Runs tests. @returns how many passed, and the title and the message of each that failed. */
  test(file, ...options) {
    const report = join(this.root, 'test-report.json');
    const args = ['run', file, '--maxWorkers', '1', '--reporter', 'json', '--outputFile', report, ...options];
    const { status, output } = this.run('node_modules/.bin/vitest', args);
    const read = () => JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((each) => each.assertionResults);
    const results = output.includes('No test files found') ? [] : read();
    rmSync(report, { force: true });
    const passed = results.filter((result) => result.status === 'passed').length;
    const failed = results
      .filter((result) => result.status === 'failed')
      .map(({ title, failureMessages }) => ({ title, message: stripVTControlCharacters(failureMessages.join('\n')) }));
    if (passed + failed.length === 0) throw new Error(`vitest ended with ${status} and ran no test:\n${output}`);
    return { passed, failed };
  }

  run(command, args) {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: this.root, encoding: 'utf8' });
    return { status, output: stripVTControlCharacters(stdout + stderr) };
  }
}
