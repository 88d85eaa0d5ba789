import { isLookedAt } from "@/realtime/viewing";

/** What calls somebody to the screen, by their choice and in this browser only. */
export type Attention = { sound: boolean; desktop: boolean };

const STORED = "contor.attention";

export function chosenAttention(): Attention {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Attention>;
    return { sound: stored.sound === true, desktop: stored.desktop === true };
  } catch {
    return { sound: false, desktop: false };
  }
}

export function chooseAttention(chosen: Attention): void {
  localStorage.setItem(STORED, JSON.stringify(chosen));
}

/** Asks the browser, which asks the person once; false when they said no, now or before. */
export async function mayNotify(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  return (await Notification.requestPermission()) === "granted";
}

type News = { id: string; title: string; message: string };

/** Sound whenever it is wished; a desktop notification when nobody looks at the page. */
export function attract({ id, title, message }: News, open: () => void): void {
  const { sound, desktop } = chosenAttention();
  if (sound) chime();
  const granted = "Notification" in window && Notification.permission === "granted";
  if (!desktop || !granted || isLookedAt()) return;
  const shown = new Notification(title, { body: message, tag: id, icon: "/favicon.svg" });
  shown.onclick = () => {
    window.focus();
    open();
    shown.close();
  };
}

let audio: AudioContext | undefined;

/** Two soft notes, made here: no file to fetch. Before the first click a browser keeps silent. */
export function chime(): void {
  audio ??= new AudioContext();
  const begin = audio.currentTime;
  for (const [pitch, delay] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, begin + delay);
    loudness.gain.exponentialRampToValueAtTime(0.12, begin + delay + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begin + delay + 0.3);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin + delay);
    tone.stop(begin + delay + 0.32);
  }
}
