import type { Rule } from '../rule';

export const imageTags: Rule = {
  name: 'image-tags',
  class: 'policy',
  finds: 'An image without a tag, or with the tag latest.',
  why: 'The same manifest runs another image tomorrow.',
  fix: 'Name a fixed tag or a digest.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
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
