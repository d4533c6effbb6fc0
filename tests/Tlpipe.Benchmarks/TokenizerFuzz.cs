namespace Tlpipe.Benchmarks;
internal static class TokenizerFuzz { public static int Run(Arguments given) => given.Number("x", 1); }
internal static class LargeCorpus { public static int Run(Arguments given) => given.Number("x", 1); }
