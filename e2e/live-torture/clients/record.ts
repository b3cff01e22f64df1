export type Seen = { id: string; type: string; at: number };

/** The cursor before every notification. */
export const beginning = '0'.repeat(24);

/** What one client saw, in order, with the time in milliseconds of the monotonic clock; and what it was told that it should not have been. */
export type Testimony = {
  name: string;
  userId: string;
  /** Where it began, and when. */
  after: string;
  since: number;
  seen: Seen[];
  complaints: { text: string; at: number }[];
};

type Notified = { notificationReceived?: Pick<Seen, 'id' | 'type'> | null };

/** An answer of a subscription, as far as it is looked at. */
export type Answer = {
  data?: Notified | null | undefined;
  errors?: readonly { message: string; extensions?: { code?: unknown } | undefined }[] | undefined;
};

/** A diary of one client that goes on from the last notification it saw. */
export function createDiary({ name, userId, after }: Pick<Testimony, 'name' | 'userId' | 'after'>) {
  const record: Testimony = { name, userId, after, since: performance.now(), seen: [], complaints: [] };
  const complain = (text: string) => record.complaints.push({ text, at: performance.now() });
  return {
    record,
    complain,
    cursor: (): string => record.seen.at(-1)?.id ?? after,
    note: ({ data, errors }: Answer): void => {
      const notification = data?.notificationReceived;
      if (notification) record.seen.push({ ...notification, at: performance.now() });
      else if (!errors?.every(({ extensions }) => isOutage(extensions?.code)))
        complain(JSON.stringify({ data, errors }));
    },
  };
}

export type Diary = ReturnType<typeof createDiary>;

/** What a client comes again after: an outage, or a token that has expired meanwhile. */
const isOutage = (code: unknown): boolean => code === 'UNAVAILABLE' || code === 'UNAUTHENTICATED';
