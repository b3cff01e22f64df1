type Group = { members: LocalMember[]; turns: Map<string, Promise<void>>; listeners: Set<() => void> };

/** One of those that share the partitions of a group in this process. */
export type LocalMember = Disposable & {
  /** Whether a partition is this member's now: all members share them alike. */
  owns: (partition: number) => boolean;
  /** Do something to a partition after what others still do to it: it may just have changed hands. */
  inTurn: (topic: string, partition: number, task: () => Promise<void>) => Promise<void>;
  /** Calls `listener` whenever members come or go; answers how to stop it. */
  onChange: (listener: () => void) => () => void;
};

const groups = new Map<string, Group>();

/** Become a member of a group; disposing leaves its partitions to the others. */
export function joinLocalGroup(name: string): LocalMember {
  const group: Group = groups.get(name) ?? { members: [], turns: new Map(), listeners: new Set() };
  groups.set(name, group);
  const tellAll = () => {
    for (const listener of group.listeners) listener();
  };
  const member: LocalMember = {
    owns: (partition) => group.members[partition % group.members.length] === member,
    inTurn: (topic, partition, task) => {
      const key = `${topic} ${partition}`;
      const turn = (group.turns.get(key) ?? Promise.resolve()).then(task);
      const over = turn
        .catch(() => undefined)
        .then(() => {
          if (group.turns.get(key) === over) group.turns.delete(key);
        });
      group.turns.set(key, over);
      return turn;
    },
    onChange: (listener) => {
      group.listeners.add(listener);
      return () => void group.listeners.delete(listener);
    },
    [Symbol.dispose]: () => {
      group.members = group.members.filter((other) => other !== member);
      if (group.members.length === 0) groups.delete(name);
      tellAll();
    },
  };
  group.members.push(member);
  tellAll();
  return member;
}
