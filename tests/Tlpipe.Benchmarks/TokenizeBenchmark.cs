// How fast texts become tokens, and how that grows with their number.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Benchmarks;

/// <summary>
/// Tokenizes a file's lines so many times over, as a stage does, and prints tokens a second, bytes allocated a token and the
/// most memory; with <c>--scale</c> the time of 10,000 to 1,000,000 rows. Times leave out loading and a first thousand rows.
/// With <c>--peer</c> another program, which prints <c>tokens</c> and <c>tokens_per_s</c> as JSON, runs in turn with it.
/// </summary>
internal static class TokenizeBenchmark
{
    private const int RowsAtATime = 65_536;
    private const int WarmUpRows = 1000;
    private static readonly int[] Scale = [10_000, 30_000, 100_000, 300_000, 1_000_000];

    public static Command Create()
    {
        var vocab = new Option<string>("--vocab") { Description = "A vocab.txt or a model folder", Required = true };
        var texts = new Option<string>("--texts") { Description = "A text a line", Required = true };
        var repeat = new Option<int>("--repeat") { Description = "Times over", DefaultValueFactory = _ => 8 };
        var threads = new Option<int>("--threads") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var runs = new Option<int>("--runs") { Description = "Runs", DefaultValueFactory = _ => 5 };
        var peer = new Option<string?>("--peer") { Description = "A shell command to run in turn" };
        var scale = new Option<bool>("--scale") { Description = "Also measures growing numbers of rows" };
        var command = new Command("tokenize", "Texts to tokens") { vocab, texts, repeat, threads, runs, peer, scale };
        command.SetAction(parsed =>
        {
            var tokenizer = BertTokenizer.Load(parsed.GetRequiredValue(vocab));
            var lines = File.ReadAllText(parsed.GetRequiredValue(texts), Encoding.UTF8).Split('\n');
            var rows = Enumerable.Repeat(lines, parsed.GetValue(repeat)).SelectMany(x => x).ToArray();
            Measure(rows[..Math.Min(WarmUpRows, rows.Length)], tokenizer, parsed.GetValue(threads));

            var ratios = new List<double>();
            for (var run = 0; run < parsed.GetValue(runs); run++)
            {
                var own = Measure(rows, tokenizer, parsed.GetValue(threads));
                Print(own with { What = "tokenize" });
                if (parsed.GetValue(peer) is not { } other)
                    continue;
                var (tokens, rate) = RunPeer(other);
                ratios.Add(own.TokensPerSecond / rate);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"what\": \"peer\", \"tokens\": {tokens}, \"tokens_per_s\": {rate:0}, \"ratio\": {ratios[^1]:0.00}}}"));
            }
            if (ratios.Count > 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"what\": \"median ratio\", \"ratio\": {ratios.Order().ElementAt(ratios.Count / 2):0.00}, \"pairs\": {ratios.Count}}}"));
            if (parsed.GetValue(scale))
                foreach (var count in Scale)
                    Print(Measure([.. Enumerable.Range(0, count).Select(i => lines[i % lines.Length])], tokenizer, parsed.GetValue(threads)) with { What = "scale" });
            return 0;
        });
        return command;
    }

    private static Figures Measure(string[] rows, BertTokenizer tokenizer, int threads)
    {
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        var tokens = 0L;
        foreach (var part in rows.Chunk(RowsAtATime))
            tokens += RowTokenizer.Tokenize(part, null, null, tokenizer, maxLength: null, threads).InputIds.LongLength;
        var seconds = clock.Elapsed.TotalSeconds;
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Figures("", rows.Length, tokens, seconds, tokens / seconds, (double)bytes / tokens, Process.GetCurrentProcess().PeakWorkingSet64 >> 20);
    }

    private static (long Tokens, double Rate) RunPeer(string command)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadToEnd().Trim().Split('\n')[^1];
        process.WaitForExit();
        using var figures = JsonDocument.Parse(line);
        return (figures.RootElement.GetProperty("tokens").GetInt64(), figures.RootElement.GetProperty("tokens_per_s").GetDouble());
    }

    private static void Print(Figures f) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{{\"what\": \"{f.What}\", \"rows\": {f.Rows}, \"tokens\": {f.Tokens}, \"seconds\": {f.Seconds:0.000}, \"tokens_per_s\": {f.TokensPerSecond:0}, \"bytes_per_token\": {f.BytesPerToken:0.0}, \"peak_rss_mb\": {f.PeakMegabytes}}}"));

    private sealed record Figures(string What, int Rows, long Tokens, double Seconds, double TokensPerSecond, double BytesPerToken, long PeakMegabytes);
}
