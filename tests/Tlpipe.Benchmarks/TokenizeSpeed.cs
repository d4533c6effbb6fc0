// Tokens a second, bytes allocated for a token, and the peak of memory.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Benchmarks;

/// <summary>Tokenizes a file's texts several times over, in parts as the stage does, and prints a line of JSON under the peer's names.</summary>
internal static class TokenizeSpeed
{
    /// <summary>Rows at a time, about those of a row group.</summary>
    private const int PartRows = 1 << 16;

    public static void Run(Arguments given)
    {
        var tokenizer = BertTokenizer.Load(given.Required("vocab"));
        var texts = TextFile.Read(given.Required("texts"));
        var all = TextFile.Cycle(texts, texts.Length * given.Number("repeat", 8));
        var threads = given.Number("threads", Environment.ProcessorCount);
        Tokenize(tokenizer, texts[..Math.Min(1000, texts.Length)], threads);

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var (tokens, seconds) = Tokenize(tokenizer, all, threads);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            what = "tokenize",
            seconds,
            rows = all.Length,
            rows_per_s = all.Length / seconds,
            tokens,
            tokens_per_s = tokens / seconds,
            allocated_bytes_per_token = (double)allocated / tokens,
            peak_rss_mb = PeakMegabytes(Environment.ProcessId),
        }));
    }

    /// <summary>Tokenizes; the rows are let go part by part.</summary>
    public static (long Tokens, double Seconds) Tokenize(BertTokenizer tokenizer, string[] texts, int threads)
    {
        var started = Stopwatch.GetTimestamp();
        var report = new TokenizeReport();
        for (var first = 0; first < texts.Length; first += PartRows)
        {
            var part = new ArraySegment<string>(texts, first, Math.Min(PartRows, texts.Length - first));
            RowTokenizer.Tokenize(part, null, tokenizer, null, threads, report);
        }
        return (report.Tokens, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>The most memory that a process had in use, in MiB; null where the system does not tell.</summary>
    public static long? PeakMegabytes(int process)
    {
        var path = $"/proc/{process}/status";
        try
        {
            var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
            return line is null ? null : long.Parse(line["VmHWM:".Length..^"kB".Length], NumberStyles.Integer, CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            // It ended while its file was read.
            return null;
        }
    }
}
