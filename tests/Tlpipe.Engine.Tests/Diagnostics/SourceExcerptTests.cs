// The line and the caret that the user sees below a mistake at a terminal.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Tests.Diagnostics;

public sealed class SourceExcerptTests
{
    [Fact]
    public void The_caret_stands_below_the_place()
    {
        var shown = Excerpt("a: 1\nb: { c: wrong }\n", 2, 9);

        Assert.Equal(["    2 | b: { c: wrong }", "      |         ^"], shown);
    }

    [Fact]
    public void A_long_line_is_shown_around_the_place()
    {
        var line = new string('a', 300) + "X" + new string('b', 300);

        var shown = Excerpt(line, 1, 301);

        Assert.Equal(shown[0].IndexOf('X'), shown[1].IndexOf('^'));
        Assert.True(shown[0].Length < 130, shown[0]);
        Assert.StartsWith("    1 | …aaa", shown[0]);
        Assert.EndsWith("bbb…", shown[0]);
    }

    [Fact]
    public void Letters_that_take_no_column_do_not_move_the_caret_and_none_reaches_the_terminal_as_a_command()
    {
        var shown = Excerpt("x: \"e\u0301 😀 \x1b[31m\", y: z", 1, 20);

        Assert.DoesNotContain('\x1b', shown[0]);
        // Two UTF-16 units of the emoji are one letter, and the accent stands above its letter.
        Assert.Equal("      | " + new string(' ', 17) + "^", shown[1]);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(0, 1)]
    public void A_place_that_the_file_does_not_have_shows_nothing(int line, int column)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["c.yaml"], "a: 1\n");

        Assert.Null(SourceExcerpt.Of(new SourceLocation("c.yaml", line, column), folder.Path));
        Assert.Null(SourceExcerpt.Of(new SourceLocation("gone.yaml", 1, 1), folder.Path));
    }

    [Fact]
    public void A_message_is_one_line_whatever_a_config_holds() =>
        Assert.Equal("error TL0301: 'a\\nb\\x1B[31m' is no number", new Diagnostic(null, "TL0301", "'a\nb\x1b[31m' is no number").ToString());

    private static string[] Excerpt(string text, int line, int column)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["c.yaml"], text);
        return SourceExcerpt.Of(new SourceLocation("c.yaml", line, column), folder.Path)!.Split('\n');
    }
}
