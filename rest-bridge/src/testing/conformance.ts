import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { createOpenApi } from '../openapi.ts';
import { loadOperations } from '../operations.ts';
import { asRecord } from '../projector.ts';
import { routes } from '../routes.ts';
import type { Reply } from './bridge-fixture.ts';
import { schema } from './bridge-fixture.ts';

export const document = createOpenApi(schema, loadOperations(schema), routes);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: 'api' });

const escapePart = (part: string): string =>
  part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');

/** What is wrong with an answer according to the OpenAPI document: an undocumented status, or a body of another shape. */
export function nonconformities(path: string, method: string, reply: Reply): unknown[] {
  const at = ['paths', path, method, 'responses', String(reply.status)];
  const response = at.reduce<unknown>((node, key) => asRecord(node)?.[key], document);
  if (response === undefined) return [`${reply.status} is not documented`];
  const reference = asRecord(response)?.$ref;
  const pointer = typeof reference === 'string' ? reference : `#/${at.map(escapePart).join('/')}`;
  const resolved =
    typeof reference === 'string'
      ? asRecord(asRecord(document.components.responses)?.[reference.split('/').at(-1) ?? ''])
      : asRecord(response);
  const [type] = Object.keys(asRecord(resolved?.content) ?? {});
  if (type === undefined) return reply.text === '' ? [] : ['a body where none is documented'];
  if (reply.headers.get('content-type')?.startsWith(type) !== true) return [`not ${type}`];
  const validate = ajv.getSchema(`api${pointer}/content/${escapePart(type)}/schema`);
  if (!validate) return [`no schema at ${pointer}`];
  return validate(reply.body) === true ? [] : (validate.errors ?? []);
}
