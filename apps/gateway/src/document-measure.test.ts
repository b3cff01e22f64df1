import fc from 'fast-check';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { measureOperations } from './document-measure.ts';

type Tree = { name: string; children: Tree[] };

const names = fc.constantFrom('edges', 'node', 'user', 'a: tweets', 'id');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    name: names,
    children: fc.oneof({ maxDepth: 6 }, fc.constant<Tree[]>([]), fc.array(tie('tree'), { maxLength: 3 })),
  }),
}));

const plain = (trees: Tree[]): string =>
  trees.map(({ name, children }) => (children.length === 0 ? name : `${name} { ${plain(children)} }`)).join(' ');

/** The same selections with every nested selection set moved into a fragment of its own. */
function withFragments(trees: Tree[], fragments: string[]): string {
  const fields = trees.map(({ name, children }) => {
    if (children.length === 0) return name;
    const fragment = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(fragment.slice(1))] = `fragment ${fragment} on T { ${withFragments(children, fragments)} }`;
    return `${name} { ...${fragment} }`;
  });
  return fields.join(' ');
}

test('fragments measure as much as what they stand for', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), (trees) => {
      const fragments: string[] = [];
      const split = `{ ${withFragments(trees, fragments)} } ${fragments.join(' ')}`;
      const measure = (source: string) => measureOperations(parse(source), () => undefined);
      expect(measure(split)).toEqual(measure(`{ ${plain(trees)} }`));
    }),
  );
});
