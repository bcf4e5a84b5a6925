import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { SipSettings } from '#telephony/sip/engine/sip-settings.js';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { until } from '../../support/until.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Rooms from which the adapter takes what it needs, and itself. */
const SOURCES = ['telephony/src/sip', 'telephony/src/port', 'config/src', 'runtime/src', 'rules/src'];
const IMPORTS = {
  '#config/*.js': './libs/config/src/*.js',
  '#rules/*.js': './libs/rules/src/*.js',
  '#runtime/*.js': './libs/runtime/src/*.js',
  '#telephony/*.js': './libs/telephony/src/*.js',
};
const MAIN = 'test/telephony/sip/worker-main.ts';

/** A provider in a process of its own, which can be killed. */
export class SipWorker {
  private said = '';

  private constructor(
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  static async start(settings: SipSettings): Promise<SipWorker> {
    const directory = mkdtempSync(join(tmpdir(), 'outdial-worker-'));
    const main = translate(directory);
    const child = spawn(process.execPath, [main, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const worker = new SipWorker(directory, child);
    await until('the worker is ready', async () => worker.said.includes('"ready":true'));
    return worker;
  }

  async place(request: PlaceCallRequest): Promise<void> {
    const before = this.countOf('"kind":"accepted"');
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    await until('the call is accepted', async () => this.countOf('"kind":"accepted"') > before);
  }

  async hears(status: string, times: number): Promise<void> {
    await until(`${status} is heard`, async () => this.countOf(`"status":"${status}"`) >= times);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private countOf(text: string): number {
    return this.said.split(text).length - 1;
  }
}

/**
 * The adapter imports no package: so its files can be run as they are, without their types. @returns the program's
 * path.
 */
function translate(directory: string): string {
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module', imports: IMPORTS }));
  for (const path of [MAIN, ...SOURCES.flatMap(sourcesIn)]) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, path), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    const translated = join(directory, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(translated), { recursive: true });
    writeFileSync(translated, outputText);
  }
  return join(directory, MAIN.replace(/\.ts$/, '.js'));
}

function sourcesIn(folder: string): string[] {
  const names = readdirSync(join(ROOT, 'libs', folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(?<!\.spec)\.ts$/.test(name)).map((name) => `libs/${folder}/${name}`);
}
