import type { Rule } from '../rule';
import { examplePod } from '../rule';

export const imageTags: Rule = {
  name: 'image-tags',
  class: 'policy',
  finds: 'An image without a tag, or with the tag latest.',
  why: 'The same manifest runs another image tomorrow.',
  fix: 'Name a fixed tag or a digest.',
  example: `${examplePod}
  containers: [{ name: web, image: "example.org/web:latest" }]
`,
  *check(set) {
    for (const { at: container } of set.containers) {
      const image = container.text('image') ?? '';
      if (image.includes('@sha256:')) continue;
      const [, tag] = /:([^:/]+)$/.exec(image) ?? [];
      if (tag !== undefined && tag !== 'latest') continue;
      yield {
        at: container.at('image'),
        message: `image "${image}" has ${tag === undefined ? 'no tag' : 'the tag latest'}`,
        remedy: 'name a fixed tag or a digest',
      };
    }
  },
};

/** Registry, path in lower case, tag and digest, as the kubelet parses it. */
const reference =
  /^([\w-]+(\.[\w-]+)*(:\d+)?\/|\[[\da-fA-F:]+\](:\d+)?\/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@[\w+.-]+:[\da-fA-F]{32,})?$/;

/** What something replaces before the manifest is applied: `ko://…`, `$(IMAGE)`, `<image>`, `IMAGE_NAME`. */
const placeholder = /^(?!https?:).*:\/\/|[$<>{}%]|^[A-Z0-9_-]+$|__/;

/** The name of an image is one that a registry can have. */
export const imageNames: Rule = {
  name: 'image-names',
  class: 'broken',
  isAboutMissing: true,
  finds:
    'An image whose name is not valid: capital letters in the path, white space, two tags. Placeholders are left out.',
  why: 'The container never starts (InvalidImageName).',
  fix: 'Correct the name.',
  example: `${examplePod}
  containers: [{ name: web, image: "example.org/Web:1" }]
`,
  *check(set) {
    for (const { at: container } of set.containers) {
      const image = container.text('image') ?? '';
      if (image === '' || placeholder.test(image) || reference.test(image)) continue;
      yield {
        at: container.at('image'),
        message: `"${image}" is not a valid name of an image`,
        remedy: 'state registry, path in lower case, and tag',
      };
    }
  },
};
