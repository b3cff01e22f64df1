import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { loadOperations, type Operation } from './operations.ts';
import { compileProjector } from './projector.ts';
import { routes } from './routes.ts';
import { shapeOf } from './shape.ts';
import { schema } from './testing/bridge-fixture.ts';

const animals = buildSchema(`
  enum Kind { CAT BIG_DOG }
  type Animal { id: ID!, kind: Kind, friends: [Animal!]!, kinds: [Kind] }
  type Query { animal: Animal }
`);

async function operationsIn(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'operations-'));
  await mkdir(join(directory, 'fragments'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, `${name}.graphql`), text);
  return directory;
}

const only = (operations: ReadonlyMap<string, Operation>): Operation => {
  const [operation] = operations.values();
  if (!operation) throw new Error('There is no operation.');
  return operation;
};

describe('the operations', () => {
  it('fit the public graph, and each is used by a route', () => {
    const used = new Set(routes.map(({ operation }) => operation));
    const unused = [...loadOperations(schema).keys()].filter((name) => !used.has(name));
    expect(unused).toEqual(['ListHomeTimeline']);
  });

  it('carry the fragments that they use, through others too, and no more', async () => {
    const directory = await operationsIn({
      Pet: 'query Pet { animal { ...Outer } }',
      'fragments/Outer': 'fragment Outer on Animal { friends { ...Inner } }',
      'fragments/Inner': 'fragment Inner on Animal { id }',
      'fragments/Other': 'fragment Other on Animal { kind }',
    });
    const { source } = only(loadOperations(animals, directory));
    expect([source.includes('fragment Inner'), source.includes('fragment Other')]).toEqual([true, false]);
  });

  it('that do not fit are refused together, with what is wrong', async () => {
    const directory = await operationsIn({ A: 'query A { plant }', B: 'query C { animal { id } }' });
    expect(() => loadOperations(animals, directory)).toThrow(
      /A: Cannot query field "plant"[\s\S]*B: .*not named like its file/,
    );
  });

  it('are projected with enum values in lower case wherever they are, and nothing else touched', async () => {
    const pet = 'query Pet { pet: animal { id sort: kind ... on Animal { all: kinds } ...Friends } }';
    const friends = 'fragment Friends on Animal { friends { id kind } }';
    const operation = only(loadOperations(animals, await operationsIn({ Pet: pet, 'fragments/Friends': friends })));
    const project = compileProjector(shapeOf(animals, operation));
    const data = {
      pet: {
        id: 'CAT',
        sort: 'BIG_DOG',
        all: ['CAT', null],
        friends: [
          { id: 'X', kind: null },
          { id: 'Y', kind: 'CAT' },
        ],
      },
    };
    expect(project(data)).toEqual({
      pet: {
        id: 'CAT',
        sort: 'big_dog',
        all: ['cat', null],
        friends: [
          { id: 'X', kind: null },
          { id: 'Y', kind: 'cat' },
        ],
      },
    });
    expect(data.pet.sort).toBe('BIG_DOG');
    expect(project({ pet: null })).toEqual({ pet: null });
  });
});
