/** State outside React, to be read with `useSyncExternalStore(store.subscribe, store.get)`. */
export class Store<State> {
  #state: State;
  #listeners = new Set<() => void>();

  constructor(initial: State) {
    this.#state = initial;
  }

  get = (): State => this.#state;

  /** Listeners are called even when the state is the same. */
  set(state: State): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
