// Texts of others are only text where they are shown: on a terminal, in a log, in a model's card.
using Serilog;
using Tlpipe.Hosting;
using Tlpipe.Stages.Training;
using Tlpipe.Terminal;

namespace Tlpipe.Tests;

public sealed class HostileTextTests
{
    // A title change (ECMA-48, OSC), a control sequence that begins with one letter, a line break, a mark that turns the direction of writing.
    private const string Hostile = "a\u001b]0;PWNED\u0007\u009b2J\nb\u202Ec";
    private const string Visible = "a?]0;PWNED??2J?b?c";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_line_of_a_run_and_the_line_below_it_hold_visible_text_only(bool interactive)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var line = new StatusLine(output, interactive, () => 80, isColoured: true);

        line.Print($"  rows  warning  {Hostile}", " warning", colour: 33);
        line.Show(Hostile);

        // What the line itself writes for its colours and to erase is not of others.
        var shown = output.ToString().Replace("\r\u001b[K", "", StringComparison.Ordinal).Replace("\u001b[33m", "", StringComparison.Ordinal).Replace("\u001b[0m", "", StringComparison.Ordinal);
        Assert.Equal($"  rows  warning  {Visible}\n{(interactive ? Visible : "")}", shown);
    }

    [Fact]
    public void A_line_of_an_answer_holds_visible_text_only()
    {
        Assert.Equal($"  made just now on {Visible}", TerminalOutput.Clean($"  made just now on {Hostile}"));
    }

    [Fact]
    public void A_log_holds_visible_text_only_and_no_token()
    {
        using var folder = new TemporaryFolder();
        Engine.Options.Secret.Hide("Bearer l0gged-T0KEN");
        using (var log = new LoggerConfiguration().WriteTo.File(new PlainLog(), folder["log"]).CreateLogger())
        {
            log.Information("{Stage} {News}", "rows", "the server says \u001b]0;PWNED\u0007 l0gged-T0KEN");
            log.Error(new InvalidOperationException("\u001b[2J l0gged-T0KEN"), "it ended");
        }

        var lines = File.ReadAllLines(folder["log"]);
        Assert.EndsWith("[INF] rows the server says ?]0;PWNED? ***", lines[0]);
        Assert.EndsWith("[ERR] it ended", lines[1]);
        Assert.Equal("System.InvalidOperationException: ?[2J ***", lines[2]);
    }

    [Fact]
    public void The_lineage_of_anothers_card_is_text_in_ours()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["README.md"], """
            # A model

            ## Lineage

            1. a BertForMaskedLM of 2 layers × 64 and 1,000 tokens, content `0123456789ab`
            2. from <script>alert(1)</script> [here](http://example.org) ```ESC]0;PWNED
            """.Replace("ESC", "\u001b", StringComparison.Ordinal));

        var steps = ModelCard.LineageOf(folder[""]);

        // CommonMark 0.31.2, 2.4: a backslash before a sign makes it a letter.
        Assert.Equal(
            [
                "a BertForMaskedLM of 2 layers × 64 and 1,000 tokens, content `0123456789ab`",
                @"from \<script>alert(1)\</script> \[here](http://example.org) \`\`\`?]0;PWNED",
            ],
            steps);
    }
}
