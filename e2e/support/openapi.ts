import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from './rest.ts';

type Media = { schema?: object };
type Operation = { responses: Record<string, { content?: Record<string, Media>; $ref?: string }> };
type Document = { paths: Record<string, Record<string, Operation>>; components: object };

/** Throws when an answer is not one that the OpenAPI document describes. */
export type AnswerCheck = (method: string, path: string, answer: Pick<Answer, 'status' | 'headers' | 'body'>) => void;

/** Read a platform's own OpenAPI document and check answers against it; paths that it does not know are not checked. */
export async function createAnswerCheck(url: string): Promise<AnswerCheck> {
  const response = await fetch(`${url}/api/v1/openapi.json`);
  const document = (await response.json()) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const routes = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/^\/api\/v1/, '').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    literal: !template.includes('{'),
  }));
  routes.sort((a, b) => Number(b.literal) - Number(a.literal));

  return (method, path, { status, headers, body }) => {
    const route = routes.find(({ pattern }) => pattern.test(path.split('?', 1)[0] ?? ''));
    const operation = route && document.paths[route.template]?.[method.toLowerCase()];
    if (!route || !operation) return;
    const where = `${method} ${route.template} ${status}`;
    const described = operation.responses[String(status)];
    if (!described) throw new Error(`${where} is not in the OpenAPI document`);
    const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
    const target =
      described.$ref?.slice(1) ?? `/paths/${pointerToken(route.template)}/${method.toLowerCase()}/responses/${status}`;
    if (body === undefined) return;
    const validate = ajv.getSchema(`openapi#${target}/content/${pointerToken(type)}/schema`);
    if (!validate) throw new Error(`${where} with ${type} is not in the OpenAPI document`);
    if (!validate(body)) throw new Error(`${where} is not as described: ${ajv.errorsText(validate.errors)}`);
  };
}

/** A JSON Pointer token in a URI fragment (RFC 6901, section 6). */
const pointerToken = (token: string) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
