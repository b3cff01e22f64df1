/** A complete HTTP answer, as data: it can be stored, compared and sent. `body` is JSON text or null for none. */
export type Answer = { status: number; headers: Record<string, string>; body: string | null };

/** An answer with a JSON body. */
export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const emptyAnswer = (status: number): Answer => ({ status, headers: {}, body: null });
