// A mistake that shows only when options are looked at together.
namespace Tlpipe.Engine.Options;

/// <summary>A mistake in options that are each well-formed.</summary>
/// <param name="Option">The option's place below <c>with:</c>, such as <c>model.weights</c>.</param>
/// <param name="Message">The mistake, and after "; " the remedy.</param>
public sealed record OptionMistake(string Option, string Message);
