import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A module, as far as it is known before it is looked at. */
export type Loaded = Readonly<Record<string, unknown>>;

/** Packages as the application finds them: this package's own folder may see others, or none. */
export class Application {
  readonly #folders: readonly string[];

  /** @param folders where the application lives: the first in which a package is found counts. */
  constructor(folders: readonly string[] = applicationFolders()) {
    this.#folders = folders;
  }

  /**
   * The path of a package's entry or file; undefined: it is not there.
   *
   * @param seenFrom a package of the application that depends on it; strict package managers show it to nobody else.
   */
  resolve(name: string, seenFrom?: string): string | undefined {
    const via = seenFrom === undefined ? undefined : this.resolve(seenFrom);
    for (const folder of via === undefined ? this.#folders : [dirname(via), ...this.#folders]) {
      try {
        return requireFrom(folder).resolve(name);
      } catch {
        continue;
      }
    }
    return undefined;
  }

  /** Loads a package; undefined: it is not there. @throws what the package throws when it is loaded. */
  load(name: string, seenFrom?: string): Loaded | undefined {
    const path = this.resolve(name, seenFrom);
    return path === undefined ? undefined : (requireFrom(dirname(path))(path) as Loaded);
  }
}

function requireFrom(folder: string): NodeJS.Require {
  return createRequire(join(folder, 'any.js'));
}

/** Of the main script, which may be a link to another place, and the working directory. */
function applicationFolders(): string[] {
  const [, script] = process.argv;
  const folders = new Set<string>();
  if (script !== undefined) {
    try {
      // Loaded here: a service that registers nothing needs no file system.
      folders.add(dirname(process.getBuiltinModule('node:fs').realpathSync(script)));
    } catch {
      folders.add(dirname(script));
    }
  }
  folders.add(process.cwd());
  return [...folders];
}
