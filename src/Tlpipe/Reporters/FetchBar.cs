// The progress of a download, as a bar.
using Tlpipe.Engine.Stages;
using Tlpipe.Hub;

namespace Tlpipe.Reporters;

/// <summary>The bar of a download: <c>fetch [#####---------------] 25 %, 110 MB of 438 MB, 12 s left</c>.</summary>
internal static class FetchBar
{
    private const int Width = 20;

    public static string Text(Progress progress)
    {
        var share = progress.Total <= 0 ? 1 : Math.Clamp((double)progress.Done / progress.Total, 0, 1);
        var filled = (int)(share * Width);
        // If the server gives no size, there is no bar.
        var bar = progress.Total > progress.Done || progress.SecondsLeft is not null ? $" [{new string('#', filled)}{new string('-', Width - filled)}] {(int)(share * 100)} %," : "";
        var of = progress.Total > progress.Done ? $" of {Sizes.Text(progress.Total)}" : "";
        return $"{progress.Doing}{bar} {Sizes.Text(progress.Done)}{of}" + (progress.SecondsLeft is { } left ? $", {Words.Duration(left)} left" : "");
    }
}
