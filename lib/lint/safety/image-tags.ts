import type { Rule } from '../rule';

/** Images are named by a fixed tag or a digest: `latest` is another image tomorrow. */
export const imageTags: Rule = {
  name: 'image-tags',
  class: 'policy',
  *check(set) {
    for (const { at: container } of set.pods.flatMap(({ allContainers }) => allContainers)) {
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
