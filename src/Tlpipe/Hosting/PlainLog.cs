// The form of a run's log file.
using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Tlpipe.Engine.Options;
using Tlpipe.Formats;

namespace Tlpipe.Hosting;

/// <summary>Lines that can be shown on a terminal: names and texts of others are only text, and no secret is in them.</summary>
internal sealed class PlainLog : ITextFormatter
{
    private readonly MessageTemplateTextFormatter inner =
        new("{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}{NewLine}{Exception}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        inner.Format(logEvent, text);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
            output.WriteLine(OneLine.Visible(Secret.Redact(line.TrimEnd('\r'))));
    }
}
