// A report's tables and plots as files of their own.
using Tlpipe.Formats.Layout;
using Tlpipe.Stages.Results;

namespace Tlpipe.Report;

/// <summary>Writes tables and plots for papers and slides.</summary>
internal static class ReportFiles
{
    /// <summary>Writes each comparison as Markdown, CSV, JSON and LaTeX, and each plot as SVG, and as PNG if the machine has fonts.</summary>
    /// <returns>A line for each file that was written or skipped.</returns>
    public static IEnumerable<string> Write(ReportPage page, string folder)
    {
        Directory.CreateDirectory(folder);
        var tables = 0;
        foreach (var stage in page.Run.Stages.Where(stage => stage.Stage.Kind == "compare"))
        {
            if (page.Run.PathOf(stage, "table", ComparisonSection.TableFile) is not { } json)
                continue;
            tables++;
            foreach (var ending in new[] { "md", "csv", "json" })
                if (page.Run.PathOf(stage, "table", $"results.{ending}") is { } path)
                    File.Copy(path, Path.Combine(folder, $"{stage.Name}.{ending}"), overwrite: true);
            File.WriteAllText(Path.Combine(folder, $"{stage.Name}.tex"), ComparisonTable.Of(Comparison.FromJson(File.ReadAllText(json))).Latex());
        }
        var plots = page.Sections.SelectMany(section => section.Plots).ToList();
        foreach (var plot in plots)
            SvgFile.Write(plot, folder);
        yield return $"{Format.Count(tables, "table")} and {Format.Count(plots.Count, "plot")}: {folder}";
        if (plots.Count == 0)
            yield break;
        if (PngFile.Font() is not { } font)
        {
            yield return "no PNG files: this machine has no fonts; the SVG files need none";
            yield break;
        }
        foreach (var plot in plots)
            PngFile.Write(plot, folder, font);
    }
}
