// tlpipe bench, as the user and as a program uses it.
using System.Text.Json.Nodes;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class BenchTests
{
    [Theory]
    [InlineData("classify", 7)]
    [InlineData("mlm", 7)]
    public void A_training_says_where_its_time_went(string task, int updates)
    {
        var ended = TlpipeProcess.Run(
            TestFiles.Repository, "bench", task, "--model", TestFiles.Golden("model", "tiny-mlm"), "--batch-size", "4", "--max-steps", "7", "--length", "16", "--json");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        var figures = JsonNode.Parse(ended.Output)!;
        // The first two updates are not timed.
        Assert.Equal((updates - 2, (updates - 2) * 4), ((int)figures["updates"]!, (int)figures["rows"]!));
        var parts = figures["parts"]!.AsObject();
        Assert.Equal(["input", "forward", "backward", "optimizer"], parts.Select(part => part.Key));
        Assert.InRange(parts.Sum(part => (double)part.Value!), 0, (double)figures["seconds"]!);
        Assert.InRange((double)figures["flops_per_s"]!, 1, double.MaxValue);
    }

    [Fact]
    public void A_person_reads_tokens_a_second_beside_the_speed_of_the_machine()
    {
        var ended = TlpipeProcess.Run(TestFiles.Repository, "bench", "evaluate", "--model", TestFiles.Golden("model", "tiny-classifier"), "--limit", "50");

        Assert.Equal(0, ended.ExitCode);
        Assert.Matches("^evaluate on .* in fp32: 50 rows, ", ended.Lines[0]);
        Assert.Matches("tokens/s", ended.Lines[1]);
        Assert.Matches("GFLOP/s of the .* GFLOP/s that this machine multiplies matrices with: ", ended.Lines[2]);
    }

    [Fact]
    public void A_model_that_is_not_there_is_one_line()
    {
        var ended = TlpipeProcess.Run(TestFiles.Repository, "bench", "--model", "nowhere");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("nowhere", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);
    }
}
