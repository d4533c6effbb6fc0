// docs/: the reference is fresh and the tutorial runs; doctor and completion do what they say.
namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class DocumentationTests : IDisposable
{
    /// <summary>Shortens the quickstart that init wrote to seconds: the only step that is not in the tutorial.</summary>
    private const string MakeSmall =
        "sed -i -E 's/^  rows: .*/  rows: 1000/; s/^  sentences: .*/  sentences: 300/; s/^  ((pretrain|mlm)_)?epochs: .*/  \\1epochs: 1/; s/sample: 600/sample: 60/' shop/configs/quickstart.yaml";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_reference_is_what_the_option_records_say()
    {
        var written = TlpipeProcess.Run(folder.Path, "stages", "--markdown");

        Assert.Equal(0, written.ExitCode);
        Assert.True(
            written.Output == File.ReadAllText(Path.Combine(TestFiles.Repository, "docs", "reference.md")),
            "docs/reference.md is out of date: write it again with 'tlpipe stages --markdown > docs/reference.md'");
    }

    [Fact]
    public void The_tutorials_commands_run_one_after_the_other()
    {
        var commands = WrittenCommands.Blocks("docs/tutorial.md");

        var ended = Shell([commands[0], MakeSmall, .. commands.Skip(1)]);

        Assert.True(commands.Count >= 15, $"{commands.Count} commands");
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.True(File.Exists(folder["shop/report.html"]));
        Assert.True(File.Exists(folder["shop/figures/results.tex"]));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _tlpipe tlpipe")]
    [InlineData("zsh", "compdef _tlpipe tlpipe")]
    [InlineData("fish", "complete -c tlpipe")]
    public void A_completion_script_is_there_for_each_shell(string shell, string expected) =>
        Assert.Contains(expected, TlpipeProcess.Run(folder.Path, "completion", shell).Output);

    [Fact]
    public void Bash_completes_commands_and_their_options()
    {
        var ended = Shell(["eval \"$(tlpipe completion bash)\"", "COMP_LINE='tlpipe rep'", "COMP_POINT=10", "COMP_WORDS=(tlpipe rep)", "COMP_CWORD=1", "_tlpipe", "echo \"${COMPREPLY[@]}\"",
            "COMP_LINE='tlpipe report --no'", "COMP_POINT=18", "COMP_WORDS=(tlpipe report --no)", "COMP_CWORD=2", "_tlpipe", "echo \"${COMPREPLY[@]}\""]);

        Assert.Equal(["report", "--no-texts"], ended.Lines);
    }

    [Fact]
    public void Doctor_finds_this_machine_fit_and_says_each_thing_in_a_line_of_80_columns()
    {
        var ended = TlpipeProcess.Run(folder.Path, "doctor", "--offline");

        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"(?m)^ok +library +libtorch .* GFLOP/s in fp32$", ended.Output);
        foreach (var check in new[] { "threads", "memory", "GPU", "disk", "store", "hub" })
            Assert.Matches($@"(?m)^(ok|warning) +{check} ", ended.Output);
    }

    [Fact]
    public void Doctor_says_what_to_do_about_a_store_that_cannot_be_used()
    {
        File.WriteAllText(folder["file"], "no folder");

        var ended = TlpipeProcess.Run(folder.Path, "doctor", "--offline", "--store", "file/store");

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"(?m)^PROBLEM +store .*\n +.*--store", ended.Output);
    }

    private Ended Shell(IEnumerable<string> commands) => TlpipeProcess.RunShell(folder.Path, string.Join('\n', commands));
}
