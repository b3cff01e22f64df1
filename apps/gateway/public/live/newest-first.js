/**
 * Keep items with ids in a list element, the newest (the greatest id) first, each once. `createView(item)` makes
 * `{node, update(item)}`; an item that is shown again updates its view in its place.
 */
export function createNewestFirst(list, createView) {
  const views = new Map();
  return {
    /** Whether it is new here. */
    show: (item) => {
      const known = views.get(item.id);
      if (known) {
        known.update(item);
        return false;
      }
      const view = createView(item);
      view.node.dataset.id = item.id;
      const next = Array.from(list.children).find((node) => node.dataset.id < item.id);
      list.insertBefore(view.node, next ?? null);
      views.set(item.id, view);
      return true;
    },
    updateAll: (change) => {
      for (const view of views.values()) view.update(change);
    },
    remove: (id) => {
      views.get(id)?.node.remove();
      views.delete(id);
    },
    clear: () => {
      views.clear();
      list.replaceChildren();
    },
  };
}
