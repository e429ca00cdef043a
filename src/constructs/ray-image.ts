import { requireImageName } from './image-name';
import { OPTIONS } from './known-options';
import { requireKnown } from './require-options';
import { invalidValue } from '../spec/invalid-value';
import { isExactVersion } from '../spec/versions';

/** What an image contains, as far as it can't be read from its name. */
export interface RayImageOptions {
  /**
   * The Ray release in the image, exactly: `2.54.0`.
   *
   * KubeRay picks probes and checks features by it, and nobody checks it against the image.
   */
  readonly rayVersion: string;

  /**
   * The Python minor release in the image: `3.12`.
   *
   * Bundled packages must have been installed for it.
   */
  readonly pythonVersion: string;
}

/** The container image of all Ray pods of an environment: Ray, Python and what is too large or too slow to bundle. */
export class RayImage {
  /**
   * An image that nodes can pull.
   *
   * @param image registry, repository and tag or digest
   * @param options what the image contains
   * @throws when there is no image, or a version isn't exact
   */
  public static fromRegistry(image: string, options: RayImageOptions): RayImage {
    return new RayImage(image, options);
  }

  /** Registry, repository and tag or digest. */
  public readonly image: string;
  /** Exact Ray release. */
  public readonly rayVersion: string;
  /** Python minor release. */
  public readonly pythonVersion: string;

  private constructor(image: string, options: RayImageOptions) {
    const path = `RayImage ${image}`;
    requireImageName(path, 'image', image, "RayImage.fromRegistry('ghcr.io/acme/features:1', ...)");
    requireKnown(path, options, OPTIONS.RAY_IMAGE);
    if (!isExactVersion(options.rayVersion)) {
      throw invalidValue({ path, at: 'rayVersion', got: options.rayVersion, expected: 'an exact release such as "2.54.0"', fix: 'print ray.__version__ in the image and use that' });
    }
    if (typeof options.pythonVersion !== 'string' || !/^3\.\d+$/.test(options.pythonVersion)) {
      const fix = typeof options.pythonVersion === 'string' ? 'drop the patch number' : 'pythonVersion: "3.12", as a text: 3.10 is 3.1 as a number';
      throw invalidValue({ path, at: 'pythonVersion', got: options.pythonVersion, expected: 'a minor release such as "3.12"', fix });
    }
    this.image = image;
    this.rayVersion = options.rayVersion;
    this.pythonVersion = options.pythonVersion;
  }
}
