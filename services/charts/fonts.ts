import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The family of {@link FONT_FILES}. */
export const FONT_FAMILY = 'Source Sans 3'

/** Where its TrueType files are: Latin, Greek and Cyrillic with the signs of currencies, free to embed (SIL OFL 1.1). */
export const FONT_FILES = {
  regular: require.resolve('@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf'),
} as const
