// Output fits into a terminal of 80 columns.
using Tlpipe.Stages.Results;
using Tlpipe.Terminal;

namespace Tlpipe.Tests;

public sealed class TerminalTests
{
    [Fact]
    public void A_line_that_is_too_long_goes_on_below_its_last_column()
    {
        var folded = StatusLine.Folded("  domain      stopped  the same command resumes from here", 40, 4);

        Assert.Equal(["  domain      stopped  the same command", "                       resumes from here"], folded);
    }

    [Fact]
    public void Where_that_leaves_little_room_it_is_indented()
    {
        var folded = StatusLine.Folded("  a name that takes most of the line  stopped and more of it", 40, 4);

        Assert.Equal(["  a name that takes most of the line", "    stopped and more of it"], folded);
    }

    [Fact]
    public void A_comparison_that_is_too_wide_goes_on_below_behind_the_names_of_its_rows()
    {
        var values = new Dictionary<string, double>
        {
            ["eval_loss"] = 0.65,
            ["eval_accuracy"] = 0.75,
            ["eval_runtime"] = 1.5,
            ["eval_samples_per_second"] = 300.25,
            ["eval_steps_per_second"] = 2.125,
            ["epoch"] = 5,
        };
        var comparison = new Comparison([new ComparisonRow("pretrained", [new ComparisonRun("", values)])], Baseline: null, "accuracy");

        var text = ComparisonTable.Text(comparison, 80);

        Assert.Equal(
            """
                        eval_loss  eval_accuracy  eval_runtime  eval_samples_per_second
            pretrained   0.650000       0.750000        1.5000                  300.250

                        eval_steps_per_second  epoch
            pretrained                  2.125    5.0
            """,
            text);
        Assert.DoesNotContain('\n' + "\n", ComparisonTable.Text(comparison));
    }

    [Theory]
    [InlineData(0.014, "p = 0.0140")]
    [InlineData(0.0001, "p = 0.0001")]
    [InlineData(3e-9, "p < 0.0001")]
    public void A_p_value_is_said_as_papers_say_it(double p, string expected) => Assert.Equal(expected, ComparisonTable.PSaid(p));

    [Fact]
    public void The_changing_line_loses_whole_facts_and_leaves_room_for_what_Ctrl_C_writes()
    {
        var output = new StringWriter();
        var line = new StatusLine(output, interactive: true, () => 50);

        line.Show("domain train 56/204 updates, 15 s left, 5,174 tokens/s");

        Assert.EndsWith("\u001b[Kdomain train 56/204 updates, 15 s left", output.ToString());
    }

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void The_name_alone_lists_the_commands()
    {
        using var folder = new TemporaryFolder();

        var ended = TlpipeProcess.Run(folder.Path);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("  plan ", ended.Output);
        Assert.Empty(ended.Errors);
    }

    [Theory]
    [Trait(Tier.Name, Tier.All)]
    [InlineData("tlpipe explain configs/tiny.yaml fin", "finetuned")]
    [InlineData("tlpipe run configs/tiny.yaml -t scores.r", "scores.random")]
    [InlineData("tlpipe predict configs/tiny.yaml dom", "domain")]
    [InlineData("tlpipe stages fetch-m", "fetch-model")]
    public void Stages_of_the_config_and_kinds_are_completed(string line, string expected)
    {
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.Run(experiment.Folder, $"[suggest:{line.Length}]", line);

        Assert.Contains(expected, ended.Lines);
    }
}
