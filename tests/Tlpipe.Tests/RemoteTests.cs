// Two machines' worth of stores and one server between them.
namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class RemoteTests
{
    [Fact]
    public void The_second_machine_computes_nothing_and_downloads_only_what_it_needs()
    {
        using var nginx = Nginx.Start();
        using var first = new QuickExperiment();
        using var second = new QuickExperiment();

        var sending = first.Run("--remote", nginx.Url, "--push", "on-success");
        var puts = nginx.Requests().Count;
        var taking = second.Run("--remote", nginx.Url, "-t", "corpus");
        var asked = nginx.Requests().Skip(puts).ToList();

        Assert.Contains("4 results sent", sending.Output);
        Assert.Empty(taking.Stages("done"));
        Assert.Equal(["corpus", "labelled", "reviews"], taking.Stages("reused").Order());
        // The records of three results, and the files of corpus alone, its two parts.
        Assert.Equal(3, asked.Count(r => r.StartsWith("GET /tlpipe/ac/", StringComparison.Ordinal)));
        Assert.Equal(2, asked.Count(r => r.StartsWith("GET /tlpipe/cas/", StringComparison.Ordinal)));
        Assert.All(asked, r => Assert.StartsWith("GET", r));
        Assert.Equal(Bytes(first, "corpus"), Bytes(second, "corpus"));
        Assert.False(Directory.Exists(Path.Combine(second.Folder, "outputs/quick/reviews")));
    }

    [Fact]
    public void A_stage_that_runs_here_gets_the_files_that_it_reads()
    {
        using var nginx = Nginx.Start();
        using var first = new QuickExperiment();
        using var second = new QuickExperiment();
        first.Run("--remote", nginx.Url, "--push", "on-success");

        var taking = second.Run("--remote", nginx.Url, "-p", "corpus.test_size=0.5", "-t", "corpus");

        Assert.Equal(["corpus"], taking.Stages("done"));
        Assert.Equal(["labelled", "reviews"], taking.Stages("reused").Order());
    }

    [Fact]
    public void Nothing_is_sent_unless_it_is_asked_for_and_plan_knows_the_shared_results()
    {
        using var nginx = Nginx.Start();
        using var first = new QuickExperiment();
        using var second = new QuickExperiment();

        first.Run("--remote", nginx.Url);
        var empty = nginx.Files();
        first.Run("--remote", nginx.Url, "--push", "on-success", "--force", "*");
        var plan = second.Tlpipe("plan", QuickExperiment.ConfigPath, "--remote", nginx.Url);

        Assert.Empty(empty);
        Assert.DoesNotContain(plan.Lines, line => line.Contains(" RUN", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(second.Store, "cas"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_damaged_file_on_the_server_is_computed_here()
    {
        using var nginx = Nginx.Start();
        using var first = new QuickExperiment();
        using var second = new QuickExperiment();
        first.Run("--remote", nginx.Url, "--push", "on-success");
        foreach (var blob in nginx.Files().Where(f => f.StartsWith("cas/", StringComparison.Ordinal)))
        {
            var bytes = File.ReadAllBytes(nginx.PathOf(blob));
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(nginx.PathOf(blob), bytes);
        }

        var taking = second.Run("--remote", nginx.Url);

        Assert.Single(taking.Lines, line => line.Contains(nginx.Url, StringComparison.Ordinal) && line.Contains("warning", StringComparison.Ordinal));
        Assert.Equal(first.Outputs(), second.Outputs());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void With_the_server_killed_in_the_middle_the_run_still_ends_right(int after)
    {
        using var nginx = Nginx.Start();
        using var first = new QuickExperiment();
        using var second = new QuickExperiment();
        first.Run("--remote", nginx.Url, "--push", "on-success");
        var sent = nginx.Requests().Count;
        var killer = new Thread(() =>
        {
            SpinWait.SpinUntil(() => nginx.Requests().Count >= sent + after);
            nginx.Kill();
        });

        killer.Start();
        second.Run("--remote", nginx.Url);
        killer.Join();
        var other = second.Run("--remote", nginx.Url, "-p", "seed=8");
        second.Run("--remote", "none");

        Assert.Equal(first.Outputs(), second.Outputs());
        Assert.Single(other.Lines, line => line.Contains("cannot be reached", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_that_is_none_is_a_mistake_and_is_not_shown()
    {
        using var experiment = new QuickExperiment();

        var ended = experiment.Tlpipe("run", QuickExperiment.ConfigPath, "--remote", "user:pa55word@host");

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("error TL0426: ", Assert.Single(ended.ErrorLines));
        Assert.DoesNotContain("pa55word", ended.Errors + ended.Output);
    }

    [Fact]
    public void A_config_can_name_the_shared_store()
    {
        using var nginx = Nginx.Start();
        using var first = new QuickExperiment();
        File.AppendAllText(Path.Combine(first.Folder, QuickExperiment.ConfigPath), $"\nruntime: {{ remote: {{ url: '{nginx.Url}', push: on-success }} }}\n");

        first.Run();

        Assert.Equal(4, nginx.Files().Count(f => f.StartsWith("ac/", StringComparison.Ordinal)));
    }

    private static IReadOnlyDictionary<string, string> Bytes(QuickExperiment experiment, string stage) =>
        Directory.EnumerateFiles(Path.Combine(experiment.Folder, "outputs/quick", stage), "*.parquet", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(experiment.Folder, f), f => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))));
}
