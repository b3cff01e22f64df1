import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { type PlanPath, planPath } from './paths.ts';

/** A plan with its Flatten nodes resolved: a fetch knows the paths of the objects that it is for. */
export type Task =
  | { kind: 'fetch'; node: FetchNode; paths: readonly PlanPath[] }
  | { kind: 'sequence' | 'parallel'; tasks: readonly Task[] }
  | { kind: 'shared'; branches: readonly Branch[] }
  | { kind: 'condition'; variable: string; met: Task | undefined; unmet: Task | undefined };

type FetchTask = Extract<Task, { kind: 'fetch' }>;

/** One of the fetches that run side by side for the same representations of the objects at the same paths, and what follows it. */
export type Branch = { fetch: FetchTask; rest: Task | undefined };

/** Read a node of a plan; fetches that are the same but for their paths become one. Throws for `@defer` and `@fromContext`. */
export function toTask(node: PlanNode, path: PlanPath = []): Task {
  switch (node.kind) {
    case 'Fetch':
      if (node.contextRewrites?.length) throw new Error('@fromContext is not supported by the gateway.');
      return { kind: 'fetch', node, paths: [path] };
    case 'Flatten':
      return toTask(node.node, planPath(path, node.path));
    case 'Sequence':
      return { kind: 'sequence', tasks: node.nodes.map((child) => toTask(child, path)) };
    case 'Parallel':
      return runTogether(node.nodes.map((child) => toTask(child, path)));
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        met: node.ifClause && toTask(node.ifClause, path),
        unmet: node.elseClause && toTask(node.elseClause, path),
      };
    case 'Defer':
      throw new Error('@defer support is not available in the gateway');
  }
}

/**
 * Of tasks that run side by side, let those that begin with the same fetch share it, and those that ask for the same entities share
 * the selection of these.
 */
function runTogether(tasks: readonly Task[]): Task {
  const merged = grouped(tasks, ({ node }) => identityOf(node)).flatMap(mergeGroup);
  return inParallel(grouped(merged, entitiesOf).flatMap(shareEntities));
}

/** Groups of the tasks that begin with fetches that are alike; any other task is alone. */
const grouped = (tasks: readonly Task[], likeness: (head: FetchTask) => string): readonly Task[][] => {
  const groups = Map.groupBy(tasks, (task) => {
    const head = headOf(task);
    return head ? likeness(head) : task;
  });
  return [...groups.values()];
};

const entitiesOf = ({ node, paths }: FetchTask): string => JSON.stringify([paths, node.requires]);

function shareEntities(group: readonly Task[]): readonly Task[] {
  const branches = group.flatMap((task): Branch[] => {
    const fetch = headOf(task);
    return fetch ? [{ fetch, rest: restOf(task) }] : [];
  });
  return branches.length > 1 ? [{ kind: 'shared', branches }] : group;
}

function inParallel(tasks: readonly Task[]): Task {
  const [only, ...others] = tasks;
  return only && others.length === 0 ? only : { kind: 'parallel', tasks };
}

function mergeGroup(group: readonly Task[]): readonly Task[] {
  const heads = group.flatMap((task) => headOf(task) ?? []);
  const [head, ...others] = heads;
  if (!head || others.length === 0) return group;
  const shared: FetchTask = { kind: 'fetch', node: head.node, paths: heads.flatMap(({ paths }) => paths) };
  const rests = group.flatMap((task) => restOf(task) ?? []);
  return [rests.length === 0 ? shared : { kind: 'sequence', tasks: [shared, runTogether(rests)] }];
}

/**
 * The fetch of entities that a task begins with, if it does. Not one with input rewrites, which are for interface objects: the
 * planner may let through an entity of a type that the subgraph does not know, and then the subgraph refuses all of them.
 */
function headOf(task: Task): FetchTask | undefined {
  const first = task.kind === 'sequence' ? task.tasks[0] : task;
  return first?.kind === 'fetch' && first.node.requires && !first.node.inputRewrites ? first : undefined;
}

function restOf(task: Task): Task | undefined {
  if (task.kind !== 'sequence' || task.tasks.length < 2) return undefined;
  const [, ...tasks] = task.tasks;
  const [only, ...others] = tasks;
  return only && others.length === 0 ? only : { kind: 'sequence', tasks };
}

/** Equal for fetches that ask the same; the name that the planner numbers is left out. */
const identityOf = ({ serviceName, operation, requires, variableUsages, outputRewrites }: FetchNode): string =>
  JSON.stringify([serviceName, operation.replace(/^(\w+) \w+/, '$1'), requires, variableUsages, outputRewrites]);
