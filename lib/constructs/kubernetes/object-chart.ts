import { ApiObject, App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { rememberFor } from '../../manifests/remember';
import { type PlainObject, plainObject } from './plain-object';

/** How many resolvers of values an App has unless it is given more. */
const ownResolvers = new App().resolvers.length;

/**
 * A chart that copies each of its objects once. cdk8s copies them four times, and looks for a circle behind each of thousands
 * of dependencies: a third of what it takes to build an environment. The objects and their order are the same.
 */
export class ObjectChart extends Chart {
  /** All objects as plain data, each behind those that it depends on. */
  override toJson(): PlainObject[] {
    const constructs = this.node.findAll();
    const isSpecial = App.of(this).resolvers.length > ownResolvers;
    if (isSpecial || constructs.some(({ node }) => node.validate().length > 0)) return super.toJson();
    return inOrder(constructs)
      .filter((construct) => ApiObject.isApiObject(construct))
      .filter(({ chart }) => chart === this)
      .map(plainObject);
  }
}

/**
 * Orders constructs as cdk8s does: each behind those that it depends on, otherwise as they are.
 * @throws Error if some depend on each other
 */
function inOrder(constructs: readonly IConstruct[]): IConstruct[] {
  const dependencies = dependenciesOf(constructs);
  const needed = new Set([...dependencies.values()].flatMap((targets) => [...targets]));
  const ordered = new Set<IConstruct>();
  const open = new Set<IConstruct>();
  const add = (construct: IConstruct): void => {
    if (ordered.has(construct)) return;
    if (open.has(construct)) throw new Error(`${pathsOf([...open, construct])}: depend on each other`);
    open.add(construct);
    dependencies.get(construct)?.forEach(add);
    open.delete(construct);
    ordered.add(construct);
  };
  constructs.filter((construct) => !needed.has(construct)).forEach(add);
  // Only a circle is left: each is needed by another.
  constructs.forEach(add);
  return [...ordered];
}

function pathsOf(constructs: readonly IConstruct[]): string {
  return constructs.map(({ node }) => node.path).join(', ');
}

/** What each construct depends on. Of two constructs, each object of the one also depends on each of the other. */
function dependenciesOf(constructs: readonly IConstruct[]): Map<IConstruct, Set<IConstruct>> {
  const dependencies = new Map(constructs.map((construct) => [construct, new Set(construct.node.dependencies)]));
  const objectsIn = rememberFor(({ node }: IConstruct) => node.findAll().filter(ApiObject.isApiObject));
  const stated = [...dependencies].flatMap(([source, targets]) => [...targets].map((target) => ({ source, target })));
  for (const { source, target } of stated) {
    for (const object of objectsIn(source)) {
      for (const needed of objectsIn(target)) if (needed !== object) dependencies.get(object)?.add(needed);
    }
  }
  return dependencies;
}
