import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Closer to the end than this counts as being at the newest message. */
const NEAR_PX = 48;
/** Space above the divider when a thread opens at it. */
const DIVIDER_MARGIN_PX = 16;
/** Older messages load this far from the top. */
const LOAD_PX = 240;

type Options = {
  box: RefObject<HTMLDivElement | null>;
  /** Changes whenever the content gets higher. */
  length: unknown;
  /** Of the oldest message shown; it changes when older messages are loaded. */
  firstSeq: number;
  onTop: () => void;
};

/** Sticks to the newest message while the reader is there; keeps the position when older ones load. */
export function useScroll({ box, length, firstSeq, onTop }: Options) {
  // False until the first layout, so that nothing is marked as read before it is shown.
  const [atNewest, setAtNewest] = useState(false);
  const stick = useRef(true);
  const fromEnd = useRef(0);
  const first = useRef(firstSeq);

  const toNewest = useCallback(() => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    stick.current = true;
    setAtNewest(true);
  }, [box]);

  /** Stop sticking to the newest message, to scroll to another one. */
  const release = useCallback(() => {
    stick.current = false;
  }, []);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    fromEnd.current = element.scrollHeight - element.scrollTop;
    const near = fromEnd.current - element.clientHeight < NEAR_PX;
    stick.current = near;
    setAtNewest(near);
    if (element.scrollTop < LOAD_PX) onTop();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when content is added
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (first.current !== firstSeq) {
      first.current = firstSeq;
      if (!stick.current) element.scrollTop = element.scrollHeight - fromEnd.current;
    }
    if (stick.current) element.scrollTop = element.scrollHeight;
    fromEnd.current = element.scrollHeight - element.scrollTop;
  }, [length, firstSeq]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const divider = element.querySelector("[data-divider]");
    const above = divider
      ? element.getBoundingClientRect().top - divider.getBoundingClientRect().top
      : 0;
    if (above > 0) {
      // More new messages than fit: start at the first of them.
      stick.current = false;
      element.scrollTop -= above + DIVIDER_MARGIN_PX;
      fromEnd.current = element.scrollHeight - element.scrollTop;
    }
    setAtNewest(stick.current);
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // The composer grows or the window is resized: the newest message stays visible.
    const observer = new ResizeObserver(() => {
      if (stick.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  return { atNewest, onScroll, toNewest, release };
}
