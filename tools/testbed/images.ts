import { mkdirSync, writeFileSync } from 'fs';
import { dirname } from 'path';

/** What containers with an image get on process nodes. */
export interface Image {
  /** Folder of a Python environment, first on the PATH. */
  readonly environment?: string;
  /** Names in its site-packages that the image lacks. */
  readonly hides?: readonly string[];
  /** How long the first container of a node waits for the image. */
  readonly pullSeconds?: number;
  /** Variables that the image sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a container runs that names no command. */
  readonly command?: readonly string[];
  /** Who it runs as when it does not say; 1000 unless given. */
  readonly user?: number;
}

/** Images by name; `*` is each that has no name here. */
export type Images = Readonly<Record<string, Image>>;

/** Writes the table. A running test bed looks at it for each pull. */
export function writeImages(path: string, images: Images): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(images, null, 2)); // JSON is YAML
}
