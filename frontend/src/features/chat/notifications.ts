import { isPageFocused } from "@/realtime/visibility";

/** Stored in this browser only. */
export type NotificationPreferences = { sound: boolean; desktop: boolean };

const STORAGE_KEY = "contor.attention";

export function readPreferences(): NotificationPreferences {
  try {
    const stored = JSON.parse(
      localStorage.getItem(STORAGE_KEY) ?? "{}",
    ) as Partial<NotificationPreferences>;
    return { sound: stored.sound === true, desktop: stored.desktop === true };
  } catch {
    return { sound: false, desktop: false };
  }
}

export function savePreferences(preferences: NotificationPreferences): void {
  localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
}

/** Shows the browser's own question, at most once; false when desktop notifications are blocked. */
export async function requestPermission(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  return (await Notification.requestPermission()) === "granted";
}

type News = { id: string; title: string; message: string };

/** Sound always, a desktop notification only while the page is in the background, each if turned on. */
export function notifyUser({ id, title, message }: News, open: () => void): void {
  const { sound, desktop } = readPreferences();
  if (sound) playChime();
  const granted = "Notification" in window && Notification.permission === "granted";
  if (!desktop || !granted || isPageFocused()) return;
  const notification = new Notification(title, { body: message, tag: id, icon: "/favicon.svg" });
  notification.onclick = () => {
    window.focus();
    open();
    notification.close();
  };
}

let audio: AudioContext | undefined;

/** Two soft notes, synthesised to save a file. Browsers play no sound before the first click. */
export function playChime(): void {
  audio ??= new AudioContext();
  const begin = audio.currentTime;
  for (const [frequency, delay] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, begin + delay);
    volume.gain.exponentialRampToValueAtTime(0.12, begin + delay + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + delay + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin + delay);
    tone.stop(begin + delay + 0.32);
  }
}
