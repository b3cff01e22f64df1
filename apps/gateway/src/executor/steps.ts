import type { Operation } from '@apollo/federation-internals';
import { compileSelect, type Making } from './entities.ts';
import { type AskEntities, compileEntityFetch, compileFetch } from './fetch.ts';
import type { Step } from './run.ts';
import type { Branch, Task } from './tasks.ts';
import { type JsonObject, ownValue } from './values.ts';

/** Compile a plan to one function, which does not hold on to the operation; types are those of the supergraph. */
export function compileTask(task: Task, operation: Operation, making: Making): Step {
  const compile = (child: Task) => compileTask(child, operation, making);
  switch (task.kind) {
    case 'fetch':
      return compileFetch(task.node, task.paths, making);
    case 'sequence':
      return sequence(task.tasks.map(compile));
    case 'parallel':
      return parallel(task.tasks.map(compile));
    case 'shared':
      return compileShared(task.branches, compile, making);
    case 'condition':
      return either(
        compileCondition(task.variable, operation.variableDefinitions.definition(task.variable)?.defaultValue),
        task.met && compile(task.met),
        task.unmet && compile(task.unmet),
      );
  }
}

function compileShared(branches: readonly Branch[], compile: (rest: Task) => Step, making: Making): Step {
  const [first] = branches;
  if (!first) throw new RangeError('There is nothing to share.');
  const select = compileSelect(first.fetch.node, first.fetch.paths, making);
  const compiled = branches.map((branch): AskEntities => {
    const ask = compileEntityFetch(branch.fetch.node, branch.fetch.paths, making);
    const rest = branch.rest && compile(branch.rest);
    if (!rest) return ask;
    return async (run, entities) => {
      await ask(run, entities);
      await rest(run);
    };
  });
  return async (run) => {
    const entities = select(run.data);
    await Promise.all(compiled.map((ask) => ask(run, entities)));
  };
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
