import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { DocumentNode } from 'graphql';

/** In bytes of JSON; what is parsed takes several times that in memory. */
const maxSize = 1024 * 1024;

/** Parsed and valid documents by their text, for an Apollo Server: its own default would keep thirty times as much. */
export const createDocumentStore = () => new InMemoryLRUCache<DocumentNode>({ maxSize });
