// How a stage's computation says that what it reads cannot be had.
namespace Tlpipe.Engine.Running;

/// <summary>The files of an input, whose record a shared store gave, cannot be had from it: the stage that makes them has to run here.</summary>
internal sealed class MissingRemotelyException(string stage) : Exception($"the files of '{stage}' are not in the shared store any more")
{
    public string Stage { get; } = stage;
}
