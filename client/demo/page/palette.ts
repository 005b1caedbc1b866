// The colours of players, and of what they eat.

export interface Colours {
  dark: string; // the rim
  main: string;
  light: string; // the marks along the back, and the name
}

/** The own player has a colour that no other has. */
export const own: Colours = { dark: "#1c6b4a", main: "#5ef2ae", light: "#d6ffec" };

const hues = [212, 8, 268, 42, 326, 190, 24, 240, 345, 56, 290, 225];
const palettes = hues.map((hue) => ({
  dark: `hsl(${hue} 45% 30%)`,
  main: `hsl(${hue} 78% 66%)`,
  light: `hsl(${hue} 90% 86%)`,
}));

export function paletteOf(seat: number): Colours {
  return palettes[seat % palettes.length];
}

const side = 64;
const sprites: HTMLCanvasElement[] = [];

/** A piece of food, drawn once per colour: its core is a third of the picture. */
export function glow(seed: number): HTMLCanvasElement {
  const hue = hues[seed % hues.length];
  return (sprites[seed % hues.length] = sprites[seed % hues.length] || drawGlow(hue));
}

function drawGlow(hue: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const c = canvas.getContext("2d") as CanvasRenderingContext2D;
  const middle = side / 2;
  const halo = c.createRadialGradient(middle, middle, side / 8, middle, middle, middle);
  halo.addColorStop(0, `hsl(${hue} 90% 65% / 0.42)`);
  halo.addColorStop(1, `hsl(${hue} 90% 65% / 0)`);
  c.fillStyle = halo;
  c.fillRect(0, 0, side, side);
  c.beginPath();
  c.arc(middle, middle, side / 6, 0, 2 * Math.PI);
  c.fillStyle = `hsl(${hue} 92% 74%)`;
  c.fill();
  return canvas;
}
