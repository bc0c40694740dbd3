// After a refused form: bring keyboard and screen reader to the summary of what to mend.
document.querySelector("[data-focus]")?.focus();
