import type { Operation } from '@apollo/federation-internals';
import { compileFetch } from './fetch.ts';
import type { Step } from './run.ts';
import type { Task } from './tasks.ts';
import type { TypeIndex } from './type-index.ts';
import { type JsonObject, ownValue } from './values.ts';

/** Compile a plan to one function, which does not hold on to the operation; `types` are those of the supergraph. */
export function compileTask(task: Task, operation: Operation, types: TypeIndex): Step {
  switch (task.kind) {
    case 'fetch':
      return compileFetch(task.node, task.paths, types);
    case 'sequence':
      return sequence(task.tasks.map((child) => compileTask(child, operation, types)));
    case 'parallel':
      return parallel(task.tasks.map((child) => compileTask(child, operation, types)));
    case 'condition':
      return either(
        compileCondition(task.variable, operation.variableDefinitions.definition(task.variable)?.defaultValue),
        task.met && compileTask(task.met, operation, types),
        task.unmet && compileTask(task.unmet, operation, types),
      );
  }
}

const sequence =
  (steps: readonly Step[]): Step =>
  async (run) => {
    for (const step of steps) await step(run);
  };

const parallel =
  (steps: readonly Step[]): Step =>
  async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };

type Condition = (variables: Readonly<JsonObject>) => boolean;

const either =
  (isMet: Condition, met: Step | undefined, unmet: Step | undefined): Step =>
  async (run) =>
    (isMet(run.variables) ? met : unmet)?.(run);

/** `@skip` and `@include` that the planner found to decide over whole fetches (as `evaluateCondition` of its conditions). */
function compileCondition(variable: string, fallback: unknown): Condition {
  return (variables) => {
    const given = ownValue(variables, variable);
    const value = given === undefined ? fallback : given;
    if (typeof value === 'boolean') return value;
    throw new Error(
      value === undefined
        ? `Missing value for variable $${variable} (and no default found)`
        : `Invalid non-boolean value ${value} for Boolean! variable $${variable}`,
    );
  };
}
