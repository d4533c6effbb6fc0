// docs/reference.md: every stage kind and option, from the option records and their comments.
using System.Text;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Layout;

namespace Tlpipe.Reference;

/// <summary>Writes the reference.</summary>
internal static class ReferencePage
{
    /// <summary>The page, in Markdown.</summary>
    /// <param name="kinds">The stage kinds.</param>
    public static string Of(IReadOnlyCollection<StageKind> kinds)
    {
        var text = new StringBuilder("""
            # Stages and their options

            Written by `tlpipe stages --markdown` from the option records; do not edit. A reference is `stage`, `stage.instance` or `stage.*`, with `:output` for any output
            but the first. *In Hugging Face* names the class or function that has an option of the same name and meaning.


            """.ReplaceLineEndings("\n"));
        foreach (var kind in kinds)
            text.Append("- [").Append(kind.Kind).Append("](#").Append(kind.Kind).Append(")\n");
        foreach (var kind in kinds)
            Append(text, kind);
        return text.ToString();
    }

    private static void Append(StringBuilder text, StageKind kind)
    {
        text.Append("\n## ").Append(kind.Kind).Append("\n\n").Append(Cell(DocComments.Of(kind.StageType))).Append("\n\n");
        text.Append(new ReportTable([Markdown("output"), Markdown("")], [.. kind.Outputs.Select(output => (string[])[$"`{output.Name}`", Cell(output.Holds)])]).Markdown());
        text.Append('\n').Append(new ReportTable(
            [Markdown("option"), Markdown("type and default"), Markdown("meaning"), Markdown("in Hugging Face")], [.. Rows(kind.Options, "")]).Markdown());
    }

    private static TableColumn Markdown(string heading) => new(heading, IsMarkdown: true);

    private static IEnumerable<IReadOnlyList<string>> Rows(OptionModel model, string prefix)
    {
        foreach (var option in model.Options.OrderBy(option => option.Required ? 0 : 1))
        {
            var name = prefix + option.Name;
            yield return [$"`{name}`", Cell(OptionText.Facts(option)), Cell(OptionText.Meaning(option)), OptionText.HuggingFaceOwner(option)];
            if ((option.Type.Record ?? option.Type.Element?.Record) is { } nested)
                foreach (var row in Rows(nested, name + "."))
                    yield return row;
        }
    }

    /// <summary>A text with its markup escaped, kept in one cell.</summary>
    private static string Cell(string words) =>
        words.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
