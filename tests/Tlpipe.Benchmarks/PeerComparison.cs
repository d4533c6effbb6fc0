// tlpipe and its peer in turn: on a shared machine only the ratio of neighbours means much.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Tlpipe.Benchmarks;

/// <summary>Runs <c>tokenize</c> and the peer's in processes of their own, one after the other, and prints every pair and the medians.</summary>
internal static class PeerComparison
{
    public static void Run(Arguments given)
    {
        string[] same = ["--vocab", given.Required("vocab"), "--texts", given.Required("texts"), "--repeat", given["repeat"] ?? "8"];
        var pairs = new List<(JsonNode Ours, JsonNode Peers)>();
        Console.WriteLine("| pair | tokens/s | peer's tokens/s | ratio | bytes a token | peak MiB | peer's peak MiB |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        for (var i = 1; i <= given.Number("pairs", 7); i++)
        {
            // Which of them goes first changes, so that a machine that gets slower favours neither.
            var (ours, peers) = i % 2 == 1 ? (Ours(), Peers()) : Swapped(Peers(), Ours());
            if ((long)ours["tokens"]! != (long)peers["tokens"]!)
                throw new InvalidOperationException($"{ours["tokens"]} tokens, and the peer has {peers["tokens"]}");
            pairs.Add((ours, peers));
            Row($"{i}", Rate(ours), Rate(peers), Rate(ours) / Rate(peers), ours, peers);
        }
        Row("median", Median(pairs.Select(p => Rate(p.Ours))), Median(pairs.Select(p => Rate(p.Peers))),
            Median(pairs.Select(p => Rate(p.Ours) / Rate(p.Peers))), pairs[0].Ours, pairs[0].Peers);

        JsonNode Ours() => Start(Environment.ProcessPath!, ["tokenize", .. same], stack: null);
        JsonNode Peers() => Start("python3", [given.Required("peer"), "tokenize", .. same], given.Required("stack"));
        static (JsonNode, JsonNode) Swapped(JsonNode first, JsonNode second) => (second, first);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Rate(JsonNode result) => (double)result["tokens_per_s"]!;

    private static void Row(string pair, double ours, double peers, double ratio, JsonNode own, JsonNode peer) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {pair} | {ours:N0} | {peers:N0} | {ratio:0.00} | {(double)own["allocated_bytes_per_token"]!:0.0} | {own["peak_rss_mb"]} | {peer["peak_rss_mb"]} |"));

    private static JsonNode Start(string program, string[] arguments, string? stack)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        if (stack is not null)
            start.Environment["PYTHONPATH"] = stack;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonNode.Parse(output)! : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
