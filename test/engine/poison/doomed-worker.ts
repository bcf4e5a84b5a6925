import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { childEnvironment } from '#config/process-environment.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = 'test/engine/poison/worker-main';

/**
 * Processes of a worker that may die of what they work on. The sources are translated once, and run from a directory of
 * their own.
 */
export class DoomedWorkers {
  private readonly directory = mkdtempSync(join(tmpdir(), 'outdial-doomed-'));
  private readonly children = new Set<ChildProcess>();

  constructor() {
    const { imports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { imports: object };
    const here = JSON.stringify(imports).replaceAll('./dist/', './');
    writeFileSync(join(this.directory, 'package.json'), `{"type":"module","imports":${here}}`);
    symlinkSync(join(ROOT, 'node_modules'), join(this.directory, 'node_modules'));
    for (const folder of ['libs', 'database', 'test/engine/poison']) this.translate(join(ROOT, folder));
  }

  /** Starts one. `end` resolves with the signal that it died of; null: it has done all it found. */
  start(orders: object): { child: ChildProcess; end: Promise<NodeJS.Signals | null> } {
    const { PATH, HOME } = childEnvironment({});
    const child = spawn(process.execPath, [join(this.directory, `${MAIN}.js`), JSON.stringify(orders)], {
      env: { PATH, HOME },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.add(child);
    const end = once(child, 'exit').then(([code, signal]) => {
      this.children.delete(child);
      if (code !== null && code !== 0) throw new Error(`The worker ended with ${code}`);
      return signal as NodeJS.Signals | null;
    });
    return { child, end };
  }

  async close(): Promise<void> {
    for (const child of this.children) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private translate(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.translate(path);
      else if (entry.name.endsWith('.ts') && !/\.(spec|test|fixture)\.ts$/.test(entry.name)) this.translateFile(path);
    }
  }

  private translateFile(path: string): void {
    const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    });
    const translated = join(this.directory, relative(ROOT, path).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(translated), { recursive: true });
    writeFileSync(translated, outputText);
  }
}
