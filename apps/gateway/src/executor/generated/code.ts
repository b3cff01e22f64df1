/** Why a plan, or a part of it, is left to closures. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

const graphqlName = /^[_A-Za-z][_0-9A-Za-z]*$/;

/**
 * A name of GraphQL (specification, section 2.1.9) as it is written for a member in source text: nothing else of an operation gets
 * there. Throws an UnsupportedError for what plain objects answer to without having it themselves.
 */
export function memberName(name: string): string {
  if (!graphqlName.test(name) || name in Object.prototype) throw new UnsupportedError(`the name ${name}`);
  return name;
}

/**
 * Functions that are written for one operation. V8 learns about the objects that code meets by the place in the source; closures
 * over one source share what it learnt, of all operations, and that makes each of their reads and writes a lookup by name.
 */
export class Code {
  readonly #functions: string[] = [];
  readonly #constants: unknown[] = [];

  /** Give a value to the functions; answers with its name there. */
  constant(value: unknown): string {
    const known = this.#constants.indexOf(value);
    return `constant${known < 0 ? this.#constants.push(value) - 1 : known}`;
  }

  /** Add a function; answers with its name. */
  define(parameters: string, body: string): string {
    const name = `f${this.#functions.length}`;
    this.#functions.push(`function ${name}(${parameters}) {\n${body}\n}`);
    return name;
  }

  /** Add a function whose body needs to know its own name. */
  defineRecursive(parameters: string, body: (name: string) => string): string {
    return this.define(parameters, body(`f${this.#functions.length}`));
  }

  /** Make one of the functions; its type is for the caller to know. */
  make<Made>(name: string): Made {
    const constants = this.#constants.map((_, index) => `constant${index}`);
    const source = `'use strict';\nconst [${constants}] = constants;\n${this.#functions.join('\n')}\nreturn ${name};`;
    return new Function('constants', source)(this.#constants);
  }
}

/** What `generate` makes, or undefined where something is not supported: a process may have been told to make no code of text. */
export function whereSupported<Made>(generate: () => Made): Made | undefined {
  try {
    return generate();
  } catch (error) {
    if (error instanceof UnsupportedError || error instanceof EvalError) return undefined;
    throw error;
  }
}
