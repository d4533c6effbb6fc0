// A part of the report.
using Tlpipe.Formats.Layout;

namespace Tlpipe.Report;

/// <summary>A part of the report.</summary>
/// <param name="Id">For links to it.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Body">The content below the heading.</param>
/// <param name="Plots">The plots in it, so that they can be written as files, too.</param>
internal sealed record Section(string Id, string Title, Html Body, IReadOnlyList<Plot> Plots)
{
    /// <summary>A table that scrolls if the page is narrower.</summary>
    /// <param name="label">A description of the content for screen readers.</param>
    /// <param name="table">The table. The first cell of a row is its heading.</param>
    public static Html Table(string label, ReportTable table) => Table(
        label, [.. table.Columns.Select(column => column.Heading)], table.Rows.Select(row => (IReadOnlyList<Html>)[.. row.Select(Html.Text)]),
        [.. Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].IsRight)]);

    /// <summary>A table with markup in its cells.</summary>
    /// <param name="label">A description of the content for screen readers.</param>
    /// <param name="head">The headings.</param>
    /// <param name="rows">The rows' cells. The first of a row is its heading.</param>
    /// <param name="words">The columns that hold words; the others hold numbers.</param>
    public static Html Table(string label, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<Html>> rows, params IReadOnlyList<int> words)
    {
        string Kind(int column) => column == 0 || words.Contains(column) ? "word" : "number";
        var headings = head.Select((name, i) => name.Length == 0 ? Html.Of($"<td></td>") : Html.Of($"<th scope=\"col\" class=\"{Kind(i)}\">{name}</th>"));
        var lines = rows.Select(row => Html.Of($"<tr>{row.Select((cell, i) => i == 0 ? Html.Of($"<th scope=\"row\">{cell}</th>") : Html.Of($"<td class=\"{Kind(i)}\">{cell}</td>"))}</tr>"));
        return Html.Of($"<div class=\"wide\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table><thead><tr>{headings}</tr></thead><tbody>{lines}</tbody></table></div>");
    }

    /// <summary>Something that is shown when it is asked for; on paper always.</summary>
    public static Html Folded(string summary, Html body, bool open = false) =>
        Html.Of($"<details{(open ? new Html(" open") : Html.Empty)}><summary>{summary}</summary>{body}</details>");
}
