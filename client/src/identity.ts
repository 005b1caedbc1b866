// Who the player is on this device, from one start of the app to the next.
import type { Platform } from "./platform";

const key = "parlor.player";

export interface Identity {
  player: string;
  secret: string;
}

export function recall(platform: Platform): Identity {
  try {
    const saved = JSON.parse(platform.load(key) || "{}");
    return { player: String(saved.player || ""), secret: String(saved.secret || "") };
  } catch {
    return { player: "", secret: "" }; // what is there was not written by us: as good as nothing
  }
}

export function remember(platform: Platform, player: string, secret: string): void {
  platform.save(key, player && JSON.stringify({ player, secret }));
}
