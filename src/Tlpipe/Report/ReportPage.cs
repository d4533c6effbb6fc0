// The page of a run.
using System.Globalization;
using System.Reflection;
using Tlpipe.Formats.Units;

namespace Tlpipe.Report;

/// <summary>One HTML file that needs nothing else: styles and drawings are in it, and it asks for nothing.</summary>
/// <param name="Run">The run.</param>
/// <param name="Sections">Its parts.</param>
internal sealed record ReportPage(RunRecord Run, IReadOnlyList<Section> Sections)
{
    /// <summary>The page of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="withTexts">Whether texts of the data may stand in it.</param>
    public static ReportPage Of(RunRecord run, bool withTexts) => new(run,
    [
        .. ((Section?[])[ComparisonSection.Of(run), CurveSection.Of(run), TrainingSection.Of(run), AnswersSection.Of(run, withTexts), TextsSection.Of(run, withTexts)]).OfType<Section>(),
        StagesSection.Of(run), SettingsSection.Config(run), SettingsSection.Environment(run),
    ]);

    public string ToHtml()
    {
        var request = Run.Request;
        var title = $"{request.Name}, run {request.Number.ToString(CultureInfo.InvariantCulture)}";
        // Nothing may be fetched, even if a text had found a way to ask for it.
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>
            <h1>{title}</h1>
            <p>{Run.Summary.Outcome} after {Duration.Text(Run.Summary.Seconds)}, started {request.Started.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC{Asked}</p>
            <nav aria-label="Parts of the report"><ul>{Sections.Select(s => Html.Of($"<li><a href=\"#{s.Id}\">{s.Title}</a></li>"))}</ul></nav>
            </header>
            <main>
            {Sections.Select(s => Html.Of($"<section id=\"{s.Id}\" aria-labelledby=\"{s.Id}-title\"><h2 id=\"{s.Id}-title\">{s.Title}</h2>{s.Body}</section>"))}
            </main>
            <footer><p>Made by tlpipe {Tlpipe.Hosting.Versions.OfThisProgram["tlpipe"]} from the record of the run and its store.</p></footer>
            </body>
            </html>

            """).Markup;
    }

    private string Asked => Run.Request.Properties.Count == 0 ? "" : ", with " + string.Join(' ', Run.Request.Properties.Select(p => $"-p {p}"));

    private static Html Style
    {
        get
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!);
            return new Html(reader.ReadToEnd());
        }
    }
}
