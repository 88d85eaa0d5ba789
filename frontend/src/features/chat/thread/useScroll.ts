import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR_PX = 48;
/** Above what is new to the reader, when they are taken there. */
const ABOVE_PX = 16;
const LOAD_PX = 240;

type Options = {
  box: RefObject<HTMLDivElement | null>;
  /** Changes with everything that makes the list longer. */
  length: unknown;
  /** The oldest message shown: another one means that older ones came before it. */
  firstSeq: number;
  onTop: () => void;
};

/** Stays at the newest message while its reader is there, and where they are when older ones come. */
export function useScroll({ box, length, firstSeq, onTop }: Options) {
  // Known once it is drawn: nothing counts as seen before.
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

  /** Away from the newest: the reader was taken to a message. */
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever was added
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
      // More is new than fits: reading begins where it begins.
      stick.current = false;
      element.scrollTop -= above + ABOVE_PX;
      fromEnd.current = element.scrollHeight - element.scrollTop;
    }
    setAtNewest(stick.current);
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // The field below grows, the window turns: the newest stays in sight.
    const observer = new ResizeObserver(() => {
      if (stick.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  return { atNewest, onScroll, toNewest, release };
}
