// placeholder for the expression grammar's root type
namespace Tlpipe.Engine.Config;

/// <summary>A parsed expression.</summary>
public sealed class Expression;
